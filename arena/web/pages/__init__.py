"""What stands around the battle: Gradio's pages (the only door to Gradio).

Rule 1: no value of a component, and no handler, holds or decides anything that the service does not.
Rule 2: handlers run without the queue, so that no stream and no session of Gradio's is needed.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when Gradio is imported, on the next line
