from . import test_api_key
from . import test_bad_input
from . import test_connection
from . import test_oauth
from . import test_payload
from . import test_screens
from . import test_sync
from . import test_reader
