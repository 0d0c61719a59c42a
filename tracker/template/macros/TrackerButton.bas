Attribute VB_Name = "TrackerButton"
Option Explicit
' The buttons Refresh and Undo of a customer tracker, for Excel on Windows and Mac and for LibreOffice. All it does:
'
'   1. It reads a command from the one file that `tracker button install` wrote for this user:
'        Windows   %LOCALAPPDATA%\tracker\button-command.txt
'        Mac       ~/Library/Application Support/tracker/button-command.txt
'        Linux     $XDG_DATA_HOME/tracker/button-command.txt, or ~/.local/share/tracker/button-command.txt
'   2. It runs   COMMAND refresh --live --workbook WORKBOOK --log LOG   (Undo: undo for refresh), and waits.
'      WORKBOOK is the full name of the open workbook (LibreOffice: its URL), LOG a new file of the user's own.
'      LibreOffice adds   --office PIPE   , the name of a pipe on which this user alone can talk to it.
'   3. It shows what stands in LOG and deletes it: the exit code on the first line, then the words to be shown.
'
' It reaches no network, writes no cell, and runs nothing that the workbook names. Both files are UTF-16 with a byte
' order mark. COMMAND begins by writing "started" into LOG, and replaces LOG as a whole when it is done.
'
' LibreOffice Basic ignores every line that begins with #, and so compiles what Excel leaves out. For it no variable may
' be called base, line, name, property or shell.

#Const TRACKER_LIBREOFFICE = False

Private Const TITLE As String = "Customer tracker"
Private Const POINTER As String = "tracker/button-command.txt"
Private Const SCRIPT As String = "TrackerButton.applescript"
Private Const FAILED As String = "1" & vbLf
Private Const STARTED As String = "started"
Private Const START_SECONDS As Long = 60
Private Const END_SECONDS As Long = 1800

Private busy As Boolean ' LibreOffice goes on taking clicks while it waits
Private pipe As String ' of LibreOffice, which never closes one: opened at the first press, and kept

Public Sub TrackerRefresh()
Attribute TrackerRefresh.VB_Description = "Brings this workbook up to date (Ctrl+Shift+R)."
Attribute TrackerRefresh.VB_ProcData.VB_Invoke_Func = "R\n14"
    Work "refresh"
End Sub

Public Sub TrackerUndo()
Attribute TrackerUndo.VB_Description = "Takes the last refresh of this workbook back."
    Work "undo"
End Sub

Private Sub Work(ByVal verb As String)
    Dim said As String
    If busy Then Exit Sub
    busy = True
    If InLibreOffice() Then
#If TRACKER_LIBREOFFICE Then
        said = WorkInLibreOffice(verb)
#End If
    Else
        said = WorkInExcel(verb)
    End If
    busy = False
    Tell said
End Sub

Private Function InLibreOffice() As Boolean
    InLibreOffice = False
#If TRACKER_LIBREOFFICE Then
    InLibreOffice = True
#End If
End Function

Private Sub Tell(ByVal said As String)
    Dim cut As Long
    If said = "" Then Exit Sub ' on a Mac the script speaks when it is done
    cut = InStr(said, vbLf)
    If cut = 0 Then ' it began, and said no more
        MsgBox "Tracker began and gave no answer. It may have written some cells: close the workbook without " & _
            "saving to have it as it was." & vbLf & vbLf & _
            "Who looks after it can see in a terminal whether it works: tracker button status", vbExclamation, TITLE
    ElseIf Left(said, cut - 1) = "0" Then ' Val would read on over the line break
        MsgBox Mid(said, cut + 1), vbInformation, TITLE
    Else
        MsgBox Mid(said, cut + 1), vbExclamation, TITLE
    End If
End Sub

Private Function NotSaved() As String
    NotSaved = FAILED & "This workbook is in no folder yet. Save it (Ctrl+S), then press the button again."
End Function

Private Function NotInstalled(ByVal place As String) As String
    NotInstalled = FAILED & "Tracker is not set up on this computer. Who looks after it runs once:" & vbLf & vbLf & _
        "    pip install tracker-workbook" & vbLf & "    tracker button install" & vbLf & vbLf & _
        "Until then, edit and save as usual; nothing is lost. (Not found: " & place & ")"
End Function

Private Function NotStarted(ByVal why As String) As String
    NotStarted = FAILED & "Tracker could not be started: " & why & vbLf & vbLf & _
        "The workbook was not changed. Who looks after it runs again: tracker button install"
End Function

Private Function WorkInExcel(ByVal verb As String) As String
    If ActiveWorkbook Is Nothing Then Exit Function ' the keys work on whatever workbook is in front, or none
    If ActiveWorkbook.Path = "" Then
        WorkInExcel = NotSaved()
        Exit Function
    End If
    Application.StatusBar = TITLE & ": " & verb & ", please wait..."
#If Mac Then
    WorkInExcel = WorkOnMac(verb)
#Else
    WorkInExcel = WorkOnWindows(verb)
#End If
    Application.StatusBar = False
End Function

Private Function WorkOnWindows(ByVal verb As String) As String
    Dim system As Object, files As Object, place As String, logFile As String
    On Error GoTo failing
    Set system = CreateObject("WScript.Shell")
    Set files = CreateObject("Scripting.FileSystemObject")
    place = system.ExpandEnvironmentStrings("%LOCALAPPDATA%\") & Replace(POINTER, "/", "\")
    If Not files.FileExists(place) Then
        WorkOnWindows = NotInstalled(place)
        Exit Function
    End If
    logFile = files.BuildPath(files.GetSpecialFolder(2), files.GetTempName())
    ' 0: without a window. True: wait. Excel answers the command meanwhile, which works in the open workbook.
    system.Run files.OpenTextFile(place, 1, False, -1).ReadAll() & " " & verb & " --live --workbook """ & _
        ActiveWorkbook.FullName & """ --log """ & logFile & """", 0, True
    WorkOnWindows = STARTED
    If files.FileExists(logFile) Then
        WorkOnWindows = files.OpenTextFile(logFile, 1, False, -1).ReadAll()
        files.DeleteFile logFile
    Else
        WorkOnWindows = NotStarted("it gave no sign of life.")
    End If
    Exit Function
failing:
    If WorkOnWindows = "" Then WorkOnWindows = NotStarted(Err.Description)
End Function

Private Function WorkOnMac(ByVal verb As String) As String
    WorkOnMac = ""
#If Mac Then
    ' Excel for Mac answers nobody while a macro runs: the script goes on in the background, and speaks when it is done.
    On Error GoTo failing
    WorkOnMac = AppleScriptTask(SCRIPT, "TrackerWork", verb & vbLf & ActiveWorkbook.FullName)
    If WorkOnMac = "not installed" Then WorkOnMac = NotInstalled("~/Library/Application Support/" & POINTER)
    Exit Function
failing:
    WorkOnMac = NotInstalled("~/Library/Application Scripts/com.microsoft.Excel/" & SCRIPT)
#End If
End Function

#If TRACKER_LIBREOFFICE Then
Private Function WorkInLibreOffice(ByVal verb As String) As String
    Dim place As String, answer As Object, bar As Object
    If ThisComponent.URL = "" Then
        WorkInLibreOffice = NotSaved()
        Exit Function
    End If
    place = PointerInLibreOffice()
    If Not FileExists(place) Then
        WorkInLibreOffice = NotInstalled(place)
        Exit Function
    End If
    bar = ThisComponent.CurrentController.StatusIndicator
    bar.start TITLE & ": " & verb & ", please wait...", 0
    On Error GoTo failing
    answer = createUnoService("com.sun.star.io.TempFile") ' is deleted with this variable
    If pipe = "" Then pipe = OpenedPipe()
    Shell ReadText(place), 0, verb & " --live --workbook """ & ThisComponent.URL & """ --log """ & _
        ConvertFromURL(answer.Uri) & """ --office " & pipe, False
    WorkInLibreOffice = STARTED
    WorkInLibreOffice = Awaited(answer.Uri)
    bar.end
    Exit Function
failing:
    If WorkInLibreOffice = "" Then WorkInLibreOffice = NotStarted(Error$)
    On Error Resume Next ' somebody may have closed the workbook meanwhile
    bar.end
End Function

Private Function OpenedPipe() As String
    Dim listener As Object
    Randomize
    OpenedPipe = "tracker" & Int(Rnd() * 1000000000) & "x" & Int(Rnd() * 1000000000)
    listener = createUnoServiceWithArguments("com.sun.star.office.Acceptor", _
        Array("pipe,name=" & OpenedPipe & ";urp;StarOffice.ComponentContext", True))
End Function

Private Function PointerInLibreOffice() As String
    Dim folder As String
    folder = Environ("XDG_DATA_HOME")
    If GetGUIType() = 1 Then
        folder = Environ("LOCALAPPDATA")
    ElseIf Dir(Environ("HOME") & "/Library/Application Support", 16) <> "" Then
        folder = Environ("HOME") & "/Library/Application Support"
    ElseIf folder = "" Then
        folder = Environ("HOME") & "/.local/share"
    End If
    PointerInLibreOffice = folder & "/" & POINTER
End Function

Private Function Awaited(ByVal answer As String) As String
    Dim tenths As Long
    Do ' waiting like this, LibreOffice answers the command meanwhile, which works in the open workbook
        Wait 100
        tenths = tenths + 1
        Awaited = ReadText(answer)
        If Awaited = "" And tenths > 10 * START_SECONDS Then Awaited = NotStarted("it gave no sign of life.")
    Loop While Awaited = "" Or (Awaited = STARTED And tenths < 10 * END_SECONDS)
End Function

Private Function ReadText(ByVal file As String) As String
    Dim stream As Object, bytes() As Byte, count As Long, i As Long
    stream = createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileRead(ConvertToURL(file))
    count = stream.readBytes(bytes, stream.available())
    stream.closeInput
    For i = 2 To count - 2 Step 2 ' after the byte order mark; LibreOffice itself reads no UTF-16
        ReadText = ReadText & ChrW((bytes(i) And 255) + 256 * (bytes(i + 1) And 255))
    Next i
End Function
#End If
