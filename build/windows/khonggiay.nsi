; The installer of the laptop program: for all users of the machine, in
; Vietnamese or English as Windows speaks. It downloads nothing, and it leaves
; every person's data alone. build.sh compiles it with
;   VERSION   0.1.0          PROGRAM  path of khonggiay.exe
;   OUTPUT    path to write  NOTICES  path of the licences of others' code
;   SIGN      optional: a command that signs the file given as its argument
; Silent: setup.exe /S (exit 0 done, 2 the program could not be closed).
Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel admin

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WinVer.nsh"
!include "x64.nsh"

!define NAME "Không Giấy"
!define EXE "khonggiay.exe"
!define FILETYPE "KhongGiay.Invitation"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\KhongGiay"
!define OFFLINE_WEBVIEW "MicrosoftEdgeWebView2RuntimeInstallerX64.exe"
!define WEBVIEW_KEY "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

; What the program may be asked for by other machines of its network: content
; from laptops of the same office, their announcements, and a meeting's media.
!define COURIER_TCP 22000
!define DISCOVERY_UDP 21027
!define ROOM_UDP 47810

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$PROGRAMFILES64\KhongGiay"
InstallDirRegKey HKLM "${UNINSTALL}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
VIAddVersionKey /LANG=1066 "ProductName" "${NAME}"
VIAddVersionKey /LANG=1066 "CompanyName" "${NAME}"
VIAddVersionKey /LANG=1066 "FileDescription" "Bộ cài ${NAME}"
VIAddVersionKey /LANG=1066 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1066 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=1066 "LegalCopyright" "${NAME}"

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"'
  !finalize '${SIGN} "%1"'
!endif

!define MUI_ICON "khonggiay.ico"
!define MUI_UNICON "khonggiay.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!include "words.nsh"

; --- the running program ---------------------------------------------------

; Windows refuses to open a running program for writing.
!macro IsRunning RESULT
  StrCpy ${RESULT} 0
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    ClearErrors
    FileOpen $R9 "$INSTDIR\${EXE}" a
    ${If} ${Errors}
      StrCpy ${RESULT} 1
    ${Else}
      FileClose $R9
    ${EndIf}
  ${EndIf}
!macroend

; Asks, then ends the program: politely, then surely. Its database is made to
; survive that at any moment.
!macro CloseProgram UN
Function ${UN}CloseProgram
  !insertmacro IsRunning $R0
  ${If} $R0 = 0
    Return
  ${EndIf}
  MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(running)" /SD IDOK IDOK +2
    Abort
  nsExec::Exec '"$SYSDIR\taskkill.exe" /IM ${EXE}'
  Pop $R1
  Sleep 3000
  nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ${EXE}'
  Pop $R1
  Sleep 500
  !insertmacro IsRunning $R0
  ${If} $R0 = 1
    MessageBox MB_OK|MB_ICONSTOP "$(stillRunning)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
FunctionEnd
!macroend
!insertmacro CloseProgram ""
!insertmacro CloseProgram "un."

; --- the firewall ----------------------------------------------------------

; Inbound, for this program alone, never on public networks. A second install
; replaces the rules of the first.
!macro ForgetRules
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name=all program="$INSTDIR\${EXE}"'
  Pop $R1
!macroend

!macro AllowIn RULE PROTOCOL PORT
  nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow program="$INSTDIR\${EXE}" protocol=${PROTOCOL} localport=${PORT} profile=domain,private enable=yes'
  Pop $R1
  ${If} $R1 != 0
    StrCpy $R2 1
  ${EndIf}
!macroend

Function OpenFirewall
  DetailPrint "$(firewall)"
  StrCpy $R2 0
  !insertmacro ForgetRules
  !insertmacro AllowIn "${NAME} (courier)" TCP ${COURIER_TCP}
  !insertmacro AllowIn "${NAME} (discovery)" UDP ${DISCOVERY_UDP}
  !insertmacro AllowIn "${NAME} (room)" UDP ${ROOM_UDP}
  ${If} $R2 = 1
    DetailPrint "$(firewallFailed)"
  ${EndIf}
FunctionEnd

; --- WebView2 --------------------------------------------------------------

; $R0 = its version, or empty.
Function FindWebview
  SetRegView 32
  ReadRegStr $R0 HKLM "SOFTWARE\${WEBVIEW_KEY}" "pv"
  SetRegView 64
  ${If} $R0 == ""
    ReadRegStr $R0 HKCU "Software\${WEBVIEW_KEY}" "pv"
  ${EndIf}
  ${If} $R0 == "0.0.0.0"
    StrCpy $R0 ""
  ${EndIf}
FunctionEnd

Function NeedWebview
  Call FindWebview
  ${If} $R0 != ""
    Return
  ${EndIf}
  ${If} ${FileExists} "$EXEDIR\${OFFLINE_WEBVIEW}"
    DetailPrint "$(webview)"
    ExecWait '"$EXEDIR\${OFFLINE_WEBVIEW}" /silent /install'
    Call FindWebview
  ${EndIf}
  ${If} $R0 == ""
    MessageBox MB_OK|MB_ICONINFORMATION "$(noWebview)" /SD IDOK
  ${EndIf}
FunctionEnd

; --- file and link types ---------------------------------------------------

!macro Opens CLASS
  WriteRegStr HKLM "Software\Classes\${CLASS}\DefaultIcon" "" "$INSTDIR\${EXE},0"
  WriteRegStr HKLM "Software\Classes\${CLASS}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'
!macroend

!define SHELL_CHANGED 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

Function Associate
  WriteRegStr HKLM "Software\Classes\.kgmoi" "" "${FILETYPE}"
  WriteRegStr HKLM "Software\Classes\.kgmoi" "Content Type" "application/vnd.khonggiay.invitation+json"
  WriteRegStr HKLM "Software\Classes\${FILETYPE}" "" "$(invitation)"
  !insertmacro Opens "${FILETYPE}"
  WriteRegStr HKLM "Software\Classes\khonggiay" "" "URL:${NAME}"
  WriteRegStr HKLM "Software\Classes\khonggiay" "URL Protocol" ""
  !insertmacro Opens "khonggiay"
  System::Call '${SHELL_CHANGED}'
FunctionEnd

; --- install ---------------------------------------------------------------

; By the shell: without this installer's rights.
Function StartProgram
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\${EXE}"'
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(needs64)" /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  SetRegView 64
  SetShellVarContext all
FunctionEnd

Section
  Call CloseProgram
  SetOutPath "$INSTDIR"
  File "/oname=${EXE}" "${PROGRAM}"
  File "/oname=NOTICES.txt" "${NOTICES}"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${EXE}" "" "$INSTDIR\${EXE}" 0 SW_SHOWNORMAL "" "$(comment)"
  Call Associate
  Call OpenFirewall
  Call NeedWebview

  WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${EXE},0"
  WriteRegStr HKLM "${UNINSTALL}" "Publisher" "${NAME}"
  WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $R0 $R1 $R2
  WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" $R0
SectionEnd

; --- uninstall -------------------------------------------------------------

Function un.onInit
  SetRegView 64
  SetShellVarContext all
FunctionEnd

Section "Uninstall"
  Call un.CloseProgram
  !insertmacro ForgetRules
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$INSTDIR\${EXE}"
  Delete "$INSTDIR\NOTICES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only when empty: what others put there is theirs

  ReadRegStr $R0 HKLM "Software\Classes\.kgmoi" ""
  ${If} $R0 == "${FILETYPE}"
    DeleteRegKey HKLM "Software\Classes\.kgmoi"
  ${EndIf}
  DeleteRegKey HKLM "Software\Classes\${FILETYPE}"
  DeleteRegKey HKLM "Software\Classes\khonggiay"
  DeleteRegKey HKLM "${UNINSTALL}"
  System::Call '${SHELL_CHANGED}'
  MessageBox MB_OK|MB_ICONINFORMATION "$(dataStays)" /SD IDOK
SectionEnd
