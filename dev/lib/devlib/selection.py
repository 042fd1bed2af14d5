"""Which tests a person asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """What a person asked for: files or test ids below the repository, a name."""

    targets: tuple[str, ...] = ()
    name: str = ""

    def below(self, folder: str) -> tuple[str, ...] | None:
        """The chosen targets of a suite: () is all of it, None is nothing."""
        if not self.targets:
            return ()
        chosen = [
            target.removeprefix("./")
            for target in self.targets
            if (target.removeprefix("./") + "/").startswith(f"{folder}/")
        ]
        if folder in [target.rstrip("/") for target in chosen]:
            return ()
        return tuple(chosen) or None

    @property
    def everything(self) -> bool:
        """Whether nothing was left out."""
        return not self.targets and not self.name
