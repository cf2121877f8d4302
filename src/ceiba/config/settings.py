"""Django's settings, read from the environment (docs/settings.md lists every variable)."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from ceiba.config.environment import data_dir, database_options, secret

DATA_DIR = data_dir(os.environ)
PROGRAMMES_DIR = Path(
    os.environ.get("CEIBA_PROGRAMMES_DIR")
    or next(
        folder
        for folder in (Path(__file__).parents[1] / "programmes", Path(__file__).parents[3] / "programmes")
        if folder.is_dir()
    )
)
DEBUG = os.environ.get("CEIBA_DEBUG") == "1"
DEMO = os.environ.get("CEIBA_DEMO") == "1"
SECRET_KEY = secret(os.environ, "secret_key", DATA_DIR)
DOCUMENT_KEY = secret(os.environ, "document_key", DATA_DIR)
DEVICE_KEY = secret(os.environ, "device_key", DATA_DIR)
# Nobody has established these three: assumptions, shown as such in docs/settings.md.
BANK_ANSWER_DAYS = int(os.environ.get("CEIBA_BANK_ANSWER_DAYS", "3"))
EXPECTED_DAYS = int(os.environ.get("CEIBA_EXPECTED_DAYS", "5"))
EXPLAINED_ALONE_MINOR = int(os.environ.get("CEIBA_EXPLAINED_ALONE_MINOR", "10000"))
BLOBS_URL = os.environ.get("CEIBA_BLOBS_URL", "")
ACCOUNT_REST_DAYS = int(os.environ.get("CEIBA_ACCOUNT_REST_DAYS", "3"))  # an assumption
LOCAL_ACCOUNT_PATTERN = os.environ.get("CEIBA_LOCAL_ACCOUNT_PATTERN", "[0-9]{6,20}")  # an assumption
# Who issues constancias, and where the private keys are that sign them: never in the database.
ISSUER = os.environ.get("CEIBA_ISSUER", "")
ISSUER_NAME = os.environ.get("CEIBA_ISSUER_NAME", "") or ISSUER
TRUSTED_LOGS = "ceiba.transparency.trusted.logs"  # which logs the list of who is trusted names
KEYS_DIR = Path(os.environ.get("CEIBA_KEYS_DIR") or DATA_DIR / "keys")
KEYS_PASSPHRASE_FILE = Path(os.environ.get("CEIBA_KEYS_PASSPHRASE_FILE") or KEYS_DIR / "passphrase")
TOKEN_MODULE = os.environ.get("CEIBA_TOKEN_MODULE", "")
TOKEN_LABEL = os.environ.get("CEIBA_TOKEN_LABEL", "ceiba")
TOKEN_PIN_FILE = Path(os.environ.get("CEIBA_TOKEN_PIN_FILE") or KEYS_DIR / "pin")
CONSTANCIA_DAYS = int(os.environ.get("CEIBA_CONSTANCIA_DAYS", "730"))  # an assumption
PACK_DAYS = int(os.environ.get("CEIBA_PACK_DAYS", "7"))  # an assumption, as the next
PACK_BYTES_MAX = int(os.environ.get("CEIBA_PACK_MB_MAX", "2000")) * 1_000_000
ALLOWED_HOSTS = os.environ.get("CEIBA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("CEIBA_HTTPS") == "1"
LOG_ORIGIN = os.environ.get("CEIBA_LOG_ORIGIN") or f"{ALLOWED_HOSTS[0]}/log"
LOG_KEY_FILE = Path(os.environ.get("CEIBA_LOG_KEY_FILE") or DATA_DIR / "secrets" / "log_key.pem")
LOG_KEY_PASSPHRASE = secret(os.environ, "log_key_passphrase", DATA_DIR)
LOG_KEYS_BEFORE = os.environ.get("CEIBA_LOG_KEYS_BEFORE", "").split()

DATABASES: dict[str, dict[str, Any]] = {
    # The command line and the tests start the embedded server and set this variable before Django loads.
    "default": database_options(os.environ.get("CEIBA_DATABASE_URL", "postgresql://ceiba@/ceiba"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "axes",
    "procrastinate.contrib.django",
    "ceiba.web",
    "ceiba.audit",
    "ceiba.accounts",
    "ceiba.rulebook",
    "ceiba.registry",
    "ceiba.forms",
    "ceiba.devices",
    "ceiba.entities",
    "ceiba.submissions",
    "ceiba.evidence",
    "ceiba.review",
    "ceiba.facts",
    "ceiba.determinations",
    "ceiba.ledger",
    "ceiba.funding",
    "ceiba.payees",
    "ceiba.payments",
    "ceiba.savings",
    "ceiba.commitments",
    "ceiba.service_record",
    "ceiba.reconciliation",
    "ceiba.runs",
    "ceiba.credentials",
    "ceiba.pathway",
    "ceiba.reports",
    "ceiba.transparency",
    "ceiba.packs",
    "ceiba.privacy",
    "ceiba.verifier",
    "ceiba.filler",
    "ceiba.analysts",
    "ceiba.pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ceiba.devices.middleware.DeviceLane",
    "ceiba.web.compressed.CompressedText",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ceiba.accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ceiba.config.urls"
WSGI_APPLICATION = "ceiba.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ceiba.pages.context.viewer",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600  # an invitation: until the technician next comes by
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "ceiba.accounts.views.locked"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "web" / "locale"]
FORMAT_MODULE_PATH = ["ceiba.web.locale_formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = True  # files are served from the package: there is nothing to collect
WHITENOISE_IMMUTABLE_FILE_TEST = r"/vendor/[^/]+-[0-9.]+/"  # the folder carries the version
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# Behind CEIBA_HTTPS stands a proxy that ends TLS and sets this header itself, whatever the visitor sent.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
UPLOAD_BYTES_MAX = 500_000_000
FILE_UPLOAD_HANDLERS = [
    "ceiba.web.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"keys_masked": {"()": "ceiba.devices.log.KeysMasked"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys_masked"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
