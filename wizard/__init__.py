from . import silverfin_connection_code
from . import silverfin_api_key_page
from . import silverfin_api_key
from . import silverfin_api_key_show
from . import silverfin_api_key_reader
from . import silverfin_invitation_show
from . import silverfin_start_again
from . import silverfin_preview
