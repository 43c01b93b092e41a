"""Pages about topics, sessions, bookings and attendance."""

from flask import Blueprint

bp = Blueprint("sessions", __name__)
