"""What a WSGI server loads: `core.web.wsgi:application`."""

import gc
import logging

gc.disable()  # what is loaded now stays: looking for garbage in it took a fifth of a start

from core.web import assets  # noqa: E402
from core.web.preloading import site  # noqa: E402
from core.web.proxies import behind  # noqa: E402

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
served = site()
application = behind(assets.serving(served), served.kernel.settings.proxies)
gc.enable()
