"""What is needed to run on AWS: the template, its checks, and the package of the functions."""
