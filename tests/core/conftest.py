"""Settings of hypothesis once more: run alone (pytest.ini), the tests of the core do not see tests/conftest.py."""

from hypothesis import settings

settings.register_profile("ceiba", deadline=None, max_examples=60)
settings.load_profile("ceiba")
