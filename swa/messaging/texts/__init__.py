"""The texts of messages: their small language, the shipped ones, and what administrators made."""
