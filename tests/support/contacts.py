"""How people would reach those who help them, were it a real installation; all of it invented."""

CONTACTS = {
    "mail_from": "training@alliance.example.org",
    "coordinator_address": "help@alliance.example.org",
    "help_phone": "020 7946 0958",
    "help_hours": "Monday to Friday, 9am to 5pm",
}
