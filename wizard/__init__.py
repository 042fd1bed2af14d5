from . import silverfin_connection_code
