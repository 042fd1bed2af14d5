"""Core's system parameters that we read, on Odoo 19 and later."""


def system_parameter(env, name: str) -> str:
    """A system parameter's text; false where it is not set."""
    parameters = env["ir.config_parameter"].sudo()
    # Odoo 19.1 replaces get_param by typed methods
    read = getattr(parameters, "get_str", None) or parameters.get_param
    return read(name)


def database_uuid(env) -> str:
    """The database's own id; a copy made by Odoo gets another one."""
    return system_parameter(env, "database.uuid")
