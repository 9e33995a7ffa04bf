"""The impact-assessment report: from the configuration as it is, in one file that calls nobody."""
