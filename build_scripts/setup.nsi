; The installer for Windows: one user, no administrator. A new version goes in the place of the old one; the ledger lies
; elsewhere (or beside a portable program, in a folder that is not named here) and is never touched, also not at the end.
; packages.py gives VERSION, SOURCE, TARGET, ICON, PUBLISHER and SIZE (kB).
Unicode true
Target amd64-unicode
!include MUI2.nsh
!define NAME "总务通"
!define PROGRAM "总务通.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Zongwutong"

Name "${NAME}"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\Zongwutong" "Folder"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey FileDescription "${NAME} 安装程序"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "MIT"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "总务通 ${VERSION} 将装在您自己的用户名下，不需要管理员。$\r$\n$\r$\n已经装过旧版的，会换成新版；账本、备份和打印存档都不会改动。$\r$\n$\r$\n如果总务通正开着，请先退出。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "现在打开总务通"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "总务通的程序将从这台电脑上删除。账本、备份和打印存档都留着，以后再装还能接着用。"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE SimpChinese

; A program that runs cannot be opened for writing. Silent installation (/S) gives up with exit code 2.
!macro RequireClosed un
Function ${un}RequireClosed
  again:
  IfFileExists "$INSTDIR\${PROGRAM}" 0 done
  ClearErrors
  FileOpen $0 "$INSTDIR\${PROGRAM}" a
  IfErrors open
  FileClose $0
  IfFileExists "$INSTDIR\zongwu-cli.exe" 0 done
  FileOpen $0 "$INSTDIR\zongwu-cli.exe" a
  IfErrors open
  FileClose $0
  Goto done
  open:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "总务通正开着。请先退出总务通（窗口最小化时在任务栏上），再按“重试”。" /SD IDCANCEL IDRETRY again
  SetErrorLevel 2
  Quit
  done:
FunctionEnd
!macroend
!insertmacro RequireClosed ""
!insertmacro RequireClosed "un."

; Another program's folder is not ours: nothing is removed from it, and nothing put into it.
Function RequireOwn
  IfFileExists "$INSTDIR\${PROGRAM}" own
  IfFileExists "$INSTDIR\_internal\*.*" 0 own
  MessageBox MB_OK|MB_ICONSTOP "“$INSTDIR”里是别的程序。请另选一个文件夹。" /SD IDOK
  SetErrorLevel 3
  Quit
  own:
FunctionEnd

; The files of the program and no others: what somebody put beside them (portable.txt, 账本数据) stays.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\zongwu-cli.exe"
  Delete "$INSTDIR\卸载总务通.exe"
!macroend

Section
  Call RequireOwn
  Call RequireClosed
  IfFileExists "$INSTDIR\${PROGRAM}" 0 +2
  StrCpy $1 "upgrade"
  !insertmacro RemoveProgram
  IfFileExists "$INSTDIR\_internal\*.*" 0 +4
  MessageBox MB_OK|MB_ICONSTOP "旧版的文件还有一部分被别的程序占用，删不掉。请重新启动电脑，再安装一次。" /SD IDOK
  SetErrorLevel 4
  Quit
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*.*"
  WriteUninstaller "$INSTDIR\卸载总务通.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  StrCmp $1 "upgrade" +2      ; who has thrown the picture on the desktop away does not want it again
  CreateShortCut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "Software\Zongwutong" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\卸载总务通.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\卸载总务通.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section Uninstall
  Call un.RequireClosed
  !insertmacro RemoveProgram
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Zongwutong"
SectionEnd
