"""What gunicorn reads by itself when it is started in this folder."""

logger_class = "swa.web.access_log.MaskedLogger"
