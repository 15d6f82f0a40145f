"""What a WSGI server loads: `core.web.wsgi:application`."""

from core.registry.kernel import Kernel
from core.web import assets
from core.web.site import Site

application = assets.serving(Site(Kernel.open()))
