from . import invitation
from . import oauth
from . import webhook
