"""Tests of the doctor. Nothing leaves this machine: loopback mail server, fake resolver."""
