"""Signing in: allauth with our forms, adapters, limits and second factors."""

from __future__ import annotations

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["courses.people.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my-learning/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "add_email": "courses.people.forms.account.AddEmailForm",
    "change_password": "courses.people.forms.account.ChangePasswordForm",
    "login": "courses.people.forms.account.LoginForm",
    "reauthenticate": "courses.people.forms.account.ReauthenticateForm",
    "reset_password": "courses.people.forms.account.ResetPasswordForm",
    "reset_password_from_key": "courses.people.forms.account.ResetPasswordKeyForm",
    "set_password": "courses.people.forms.account.SetPasswordForm",
    "signup": "courses.people.forms.account.SignupForm",
}
ACCOUNT_ADAPTER = "courses.people.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A whole council may sit behind one address: limits by address are wide, those by account narrow.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "signup": "60/m/ip",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_SESSION_REMEMBER = None
MFA_ADAPTER = "courses.people.adapters.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "courses.people.forms.second_factor.ActivateTOTPForm",
    "add_webauthn": "courses.people.forms.second_factor.AddWebAuthnForm",
    "authenticate": "courses.people.forms.second_factor.AuthenticateForm",
    "authenticate_webauthn": "courses.people.forms.second_factor.AuthenticatePasskeyForm",
    "edit_webauthn": "courses.people.forms.second_factor.EditWebAuthnForm",
    "login_webauthn": "courses.people.forms.second_factor.LoginPasskeyForm",
    "reauthenticate": "courses.people.forms.second_factor.ReauthenticateCodeForm",
    "reauthenticate_webauthn": "courses.people.forms.second_factor.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # as ACCOUNT_RATE_LIMITS: there is nothing to guess
MFA_TOTP_TOLERANCE = 1  # clocks of phones and servers differ: the code before and the one after count too
USERSESSIONS_TRACK_ACTIVITY = False
