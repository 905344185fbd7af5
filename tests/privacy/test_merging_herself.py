"""`/accounts/another/`: she has two logins and makes them one."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from courses.people.models import AuditEntry, Person, User
from courses.privacy.models import JoinRequest, Merge, Tombstone, Why
from courses.records.models import Completion, Event
from tests.factories import PASSWORD
from tests.people import signed_in
from tests.records.quick import quick_module
from tests.records.trips import begin, complete

from .merging_people import link_from, second_login

pytestmark = pytest.mark.django_db
