/* Test-only stand-in: Wine 8's mscms.dll aborts in WcsCreateIccProfile, which Qt 6.12's qwindows.dll calls. Never ship this. */
typedef int BOOL; typedef void *H; typedef unsigned long DWORD;
#define X __declspec(dllexport)
X H OpenColorProfileW(void *p, DWORD a, DWORD s, DWORD c){(void)p;(void)a;(void)s;(void)c;return 0;}
X BOOL CloseColorProfile(H h){(void)h;return 1;}
X BOOL GetColorProfileFromHandle(H h, unsigned char *b, DWORD *n){(void)h;(void)b;if(n)*n=0;return 0;}
X H WcsCreateIccProfile(H h, DWORD o){(void)h;(void)o;return 0;}
