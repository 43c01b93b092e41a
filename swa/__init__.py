"""SWA Scheduler: the training and the peer-support groups of a Social Welfare Alliance."""
