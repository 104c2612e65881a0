"""What every test starts from."""

from hypothesis import HealthCheck, settings

# Time says nothing here: the machine may be busy with something else, such as training.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
