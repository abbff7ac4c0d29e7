"""Addresses below /desk/ for who comes in; the names are those that allauth looks for."""

from __future__ import annotations

from django.urls import path, re_path

from articles.accounts import account, second_factor, signing_in

urlpatterns = [
    path("login/", signing_in.SignIn.as_view(), name="account_login"),
    path("login/code/", signing_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("logout/", signing_in.SignOut.as_view(), name="account_logout"),
    path("password_change/", signing_in.ChangePassword.as_view(), name="account_change_password"),
    path("password/", signing_in.AskForLink.as_view(), name="account_reset_password"),
    path("password/sent/", signing_in.LinkIsSent.as_view(), name="account_reset_password_done"),
    path("password/set/", signing_in.NewPasswordIsSet.as_view(), name="account_reset_password_from_key_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[^/]{1,200})/$",
        signing_in.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("account/", account.Account.as_view(), name="account"),
    path("account/<int:pk>/sessions/", account.Sessions.as_view(), name="account_sessions"),
    path("account/confirm/", signing_in.Confirm.as_view(), name="account_reauthenticate"),
    path("account/confirm/code/", signing_in.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("account/second-factor/", second_factor.Missing.as_view(), name="account_no_factor"),
    path("account/second-factor/new/", second_factor.SetUp.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/off/", second_factor.TakeOff.as_view(), name="mfa_deactivate_totp"),
    path(
        "account/recovery-codes/",
        second_factor.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
