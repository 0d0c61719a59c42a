-- What the buttons of a customer tracker call on a Mac; `tracker button install` puts it where Excel may run it:
-- ~/Library/Application Scripts/com.microsoft.Excel. All it does stands at the top of TrackerButton.bas.
--
-- Excel answers nobody while its macro runs. So the command goes on in the background after this script has returned,
-- and its answer is shown from there.

on TrackerWork(request)
	set verb to paragraph 1 of request
	set book to text from paragraph 2 to -1 of request
	if verb is not in {"refresh", "undo"} then error "TrackerButton knows refresh and undo only"
	set pointer to POSIX path of (path to application support from user domain) & "tracker/button-command.txt"
	try
		set command to do shell script "iconv -f UTF-16 -t UTF-8 " & quoted form of pointer
	on error
		return "not installed"
	end try
	set answer to do shell script "mktemp -t tracker"
	set job to command & " " & verb & " --live --workbook " & quoted form of book & " --log " & quoted form of answer
	set speak to "osascript"
	repeat with words_ in speaking()
		set speak to speak & " -e " & quoted form of words_
	end repeat
	set speak to speak & " " & quoted form of answer
	do shell script "(" & job & "; " & speak & "; rm -f " & quoted form of answer & ") > /dev/null 2>&1 &"
	return ""
end TrackerWork

-- A script of its own, for the background: the first line of the answer is the exit code, the rest is for people.
on speaking()
	return {¬
		"on run {answer}", ¬
		"set said to read (POSIX file answer) as Unicode text", ¬
		"set level to informational", ¬
		"if paragraph 1 of said is not \"0\" then set level to warning", ¬
		"tell application \"Microsoft Excel\" to activate", ¬
		"display alert \"Customer tracker\" message (text from paragraph 2 to -1 of said) as level", ¬
		"end run"}
end speaking
