"""Core's system parameters that we read, on Odoo 19 and later."""


def database_uuid(env) -> str:
    """The database's own id; a copy made by Odoo gets another one."""
    parameters = env["ir.config_parameter"].sudo()
    # Odoo 19.1 replaces get_param by typed methods
    read = getattr(parameters, "get_str", None) or parameters.get_param
    return read("database.uuid")
