; The installer: for one user, without an administrator's rights. An upgrade removes the old program and keeps results;
; the uninstaller asks whether results go too, and leaves them where nobody is there to answer (/S).
;   setup.exe [/S] [/D=C:\a\folder]
Unicode true
Target amd64-unicode
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 128
!endif
!include MUI2.nsh
!include LogicLib.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Rigdyno"
!define KIND "Rigdyno.Result"
!define RESULTS "$LOCALAPPDATA\rigdyno"

Name "Rigdyno"
OutFile "${MADE}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Rigdyno"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "Rigdyno ${VERSION}"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Rigdyno"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs Rigdyno"
VIAddVersionKey "CompanyName" "The Rigdyno developers"
VIAddVersionKey "LegalCopyright" "2026 The Rigdyno developers; MIT"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\Rigdyno.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Spanish"

LangString RUNNING ${LANG_ENGLISH} "Rigdyno is running. Close it, then try again."
LangString RUNNING ${LANG_SPANISH} "Rigdyno está en marcha. Ciérrelo y vuelva a intentarlo."
LangString RESULT ${LANG_ENGLISH} "Rigdyno result"
LangString RESULT ${LANG_SPANISH} "Resultado de Rigdyno"
LangString PROGRAM ${LANG_ENGLISH} "The program"
LangString PROGRAM ${LANG_SPANISH} "El programa"
LangString MINE ${LANG_ENGLISH} "My results and settings too"
LangString MINE ${LANG_SPANISH} "También mis resultados y ajustes"

; Windows lets nobody write to a library that a running program has loaded.
!macro NotWhileRunning
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "$INSTDIR\runtime\python311.dll"
      ${Break}
    ${EndIf}
    FileOpen $0 "$INSTDIR\runtime\python311.dll" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel 3
    Quit
  ${Loop}
!macroend

; Only what is ours: somebody may have chosen a folder with other things in it.
!macro RemoveProgram
  RMDir /r "$INSTDIR\runtime"
  RMDir /r "$INSTDIR\pkgs"
  RMDir /r "$INSTDIR\app"
  Delete "$INSTDIR\Rigdyno.exe"
  Delete "$INSTDIR\rigdyno.com"
  Delete "$INSTDIR\LICENSES.txt"
  Delete "$INSTDIR\parts.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
!macroend

Section
  !insertmacro NotWhileRunning
  ReadRegStr $1 HKCU "${UNINSTALL}" "InstallLocation"
  ${If} $1 != ""
  ${AndIf} $1 != $INSTDIR
    StrCpy $2 $INSTDIR
    StrCpy $INSTDIR $1
    !insertmacro NotWhileRunning
    !insertmacro RemoveProgram
    RMDir "$INSTDIR"
    StrCpy $INSTDIR $2
  ${EndIf}
  !insertmacro RemoveProgram

  !include "${FILES}"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Rigdyno.lnk" "$INSTDIR\Rigdyno.exe"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Rigdyno"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\Rigdyno.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Rigdyno developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1

  WriteRegStr HKCU "Software\Classes\.rigdyno" "" "${KIND}"
  WriteRegStr HKCU "Software\Classes\${KIND}" "" "$(RESULT)"
  WriteRegStr HKCU "Software\Classes\${KIND}\DefaultIcon" "" "$INSTDIR\Rigdyno.exe,0"
  WriteRegStr HKCU "Software\Classes\${KIND}\shell\open\command" "" '"$INSTDIR\Rigdyno.exe" "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; kinds of files have changed
SectionEnd

Section "un.$(PROGRAM)"
  SectionIn RO
  !insertmacro NotWhileRunning
  Delete "$SMPROGRAMS\Rigdyno.lnk"
  !insertmacro RemoveProgram
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
  ReadRegStr $0 HKCU "Software\Classes\.rigdyno" ""
  ${If} $0 == "${KIND}"
    DeleteRegKey HKCU "Software\Classes\.rigdyno"
  ${EndIf}
  DeleteRegKey HKCU "Software\Classes\${KIND}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.$(MINE)"
  RMDir /r "${RESULTS}"
SectionEnd

