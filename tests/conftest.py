"""What holds for every test."""

from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is not a failing property
settings.load_profile("house")
