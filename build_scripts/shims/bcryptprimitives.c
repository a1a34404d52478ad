/* Test-only stand-in for Windows' bcryptprimitives.dll (Wine 8 has none; PDFium inside Qt6Pdf.dll needs ProcessPrng). Never ship this. */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n){ while(n){ ULONG k = n > 0x10000 ? 0x10000 : (ULONG)n; SystemFunction036(p,k); p+=k; n-=k; } return TRUE; }
