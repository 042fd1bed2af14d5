"""Where this database is, to tell a copy or a moved database from the original."""

from .parameters import database_uuid


def current_place(env) -> dict[str, str | None]:
    """The place of this database, as it is kept with a grant.

    ``uuid`` differs in a copy that Odoo made; ``database`` and ``oid`` in every other
    copy on the same PostgreSQL cluster; ``cluster`` (``pg_control_system()``, None
    where this role may not read it) on another cluster. All four are equal in a clone
    of the whole machine, which therefore cannot be told apart.
    """
    env.cr.execute(
        """SELECT datname, oid::text,
            has_function_privilege('pg_control_system()', 'EXECUTE')
        FROM pg_database WHERE datname = current_database()"""
    )
    database, oid, may_read_cluster = env.cr.fetchone()
    cluster = None
    if may_read_cluster:
        env.cr.execute("SELECT system_identifier::text FROM pg_control_system()")
        (cluster,) = env.cr.fetchone()
    return {
        "uuid": database_uuid(env),
        "database": database,
        "oid": oid,
        "cluster": cluster,
    }


def is_same_place(kept: dict | None, now: dict) -> bool:
    """Whether both are one place; a cluster that is unknown on one side may be any."""
    if not kept:
        return False
    known = [
        name for name in now if name != "cluster" or (kept.get(name) and now[name])
    ]
    return all(kept.get(name) == now[name] for name in known)
