"""Tests of the playground. Its plugin is named before anything imports it, so that its asserts explain themselves."""

import pytest

pytest.register_assert_rewrite("playground.testing")
