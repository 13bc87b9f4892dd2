"""What runs in the sandbox's own processes: the standard library and Matplotlib, nothing of irloom.

The text of these modules is sent to the server (`boot`), so that neither a container nor the bound
folders of bubblewrap need irloom.
"""
