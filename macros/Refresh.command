#!/bin/sh
# The way without macros, on a Mac and on Linux: put this file beside a customer tracker, save and close it, and
# double-click here. It refreshes every workbook in this folder with the command that `tracker button install` wrote.
cd "$(dirname "$0")" || exit 1
pointer="$HOME/Library/Application Support/tracker/button-command.txt"
[ -f "$pointer" ] || pointer="${XDG_DATA_HOME:-$HOME/.local/share}/tracker/button-command.txt"
if [ ! -f "$pointer" ]; then
  echo "Tracker is not set up on this computer. Who looks after it runs once:"
  echo "    pip install tracker-workbook"
  echo "    tracker button install"
  exit 2
fi
eval "set -- $(iconv -f UTF-16 -t UTF-8 "$pointer")" # the user's own file: a quoted program and its first words
for book in *.xlsx *.xlsm; do
  case "$book" in "*."* | "~$"*) continue ;; esac # nothing of that ending, or who has a workbook open
  "$@" refresh "$book"
done
