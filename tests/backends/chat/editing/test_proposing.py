import json
from typing import Any

import pytest
from conftest_types import Ask
