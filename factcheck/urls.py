"""Three doors: the desk for editors, the API for programs, the pages for readers."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from articles.admin import desk
from articles.admin.people.mail import mail_off, my_mail

urlpatterns = [
    path("desk/my-mail/", desk.admin_view(my_mail), name="my_mail"),
    # Without signing in: the link in a letter says whose letters it is about.
    path("desk/my-mail/off/<str:token>/", mail_off, name="mail_off"),
    # Before the desk's own: its pages for signing in and for passwords are these.
    path("desk/", include("articles.accounts.urls")),
    path("desk/", desk.urls),
    path("api/v1/", include("api.urls")),
    path("v1alpha1/", include("api.google.urls")),
    # In the language of the installation without a prefix, in each other one below its own: /es/claims/.
    *i18n_patterns(path("", include("articles.urls")), prefix_default_language=False),
]

handler404 = "articles.views.missing.not_found"
handler500 = "articles.views.missing.went_wrong"
