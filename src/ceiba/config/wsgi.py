"""The WSGI entry point, as granian serves it."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceiba.config.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every view is loaded now, not at the first request
# What is loaded stays: without this the collector looks through all of it again and again, at a tenth of the time
# that receiving a form takes.
gc.collect()
gc.freeze()
