@echo off
rem The way without macros, on Windows: put this file beside a customer tracker, save and close it in Excel, and
rem double-click here. It refreshes every workbook in this folder with the command that `tracker button install` wrote.
setlocal
set "pointer=%LOCALAPPDATA%\tracker\button-command.txt"
if not exist "%pointer%" (
  echo Tracker is not set up on this computer. Who looks after it runs once:
  echo     pip install tracker-workbook
  echo     tracker button install
  goto end
)
rem `type` turns the file's UTF-16 into what cmd reads; the button's program without a window has a twin that speaks.
for /f "usebackq delims=" %%c in (`type "%pointer%"`) do set "command=%%c"
set "command=%command:pythonw.exe=python.exe%"
for %%b in ("%~dp0*.xlsx" "%~dp0*.xlsm") do %command% refresh "%%~b"
:end
pause
