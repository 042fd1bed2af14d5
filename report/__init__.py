"""What the module puts on paper: statements of agreement."""
