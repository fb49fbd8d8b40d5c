"""`python -m kgloom …` is `kgloom …`, also where the folder of scripts is on no path."""
import os
import subprocess
import sys

from ._server import binary

if __name__ == "__main__":
    command = [binary(), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
