"""No test fails for being slow: how fast this machine is now is nothing that a test can know."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("huxue", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("huxue")
