/* Rigdyno.exe, the window, and rigdyno.com, the same for a terminal: runs the Python of this folder in this very process.

   So the task bar and the task manager show Rigdyno with its icon, not a Python, and a child is the program itself.
   A terminal that is asked for `rigdyno` takes the .com before the .exe; menus and file managers name the .exe. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define LONGEST 32768 /* of a path of Windows, in characters */
#ifdef TERMINAL
#define REFUSE(text) fwprintf(stderr, L"%ls\n", text)
#else
#define REFUSE(text) MessageBoxW(NULL, text, L"Rigdyno", MB_OK | MB_ICONERROR)
#endif

static wchar_t folder[LONGEST], runtime[LONGEST], library[LONGEST], start[LONGEST], told[LONGEST + 200];

int wmain(int count, wchar_t **given) {
  GetModuleFileNameW(NULL, folder, LONGEST);
  *wcsrchr(folder, L'\\') = 0;
  swprintf(runtime, LONGEST, L"%ls\\runtime", folder);
  swprintf(library, LONGEST, L"%ls\\python311.dll", runtime);
  swprintf(start, LONGEST, L"%ls\\app\\start.py", folder);
  AddDllDirectory(runtime); /* PyTorch asks for the C++ runtime by its name alone */
  HMODULE python = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR);
  int (*run)(int, wchar_t **) = python ? (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main") : NULL;
  if (!run) {
    swprintf(told, LONGEST + 200, L"%ls cannot be loaded (error %lu). Rigdyno needs its whole folder: unpack all of it, or install it anew.",
             library, GetLastError());
    REFUSE(told);
    return 1;
  }
  wchar_t **all = calloc(count + 4, sizeof *all);
  int at = 0;
  all[at++] = given[0];
  all[at++] = L"-X";
  all[at++] = L"utf8"; /* a pipe or a file would get the letters of one region of the world otherwise */
  all[at++] = start;
  for (int i = 1; i < count; i++) all[at++] = given[i];
  return run(at, all);
}
