"""What a WSGI server loads: `core.web.wsgi:application`."""

from core.registry.kernel import Kernel
from core.web import assets
from core.web.proxies import behind
from core.web.site import Site

kernel = Kernel.open()
application = behind(assets.serving(Site(kernel)), kernel.settings.proxies)
