/* Test-only stand-in for Windows' own icuuc.dll (ships with Windows 10 1703+), which Wine 8 lacks.
   Every converter "fails to open", so Qt falls back to its built-in UTF-8/16/32/Latin-1 codecs. Never ship this. */
typedef int UErrorCode; typedef unsigned short UChar; typedef void V;
#define X __declspec(dllexport)
#define FAIL(e) do { if (e) *(e) = 4; /* U_FILE_ACCESS_ERROR */ } while (0)
X V *ucnv_open(const char *n, UErrorCode *e){ (void)n; FAIL(e); return 0; }
X V ucnv_close(V *c){ (void)c; }
X V UCNV_FROM_U_CALLBACK_SUBSTITUTE(const V*a,V*b,const UChar*c,int d,int p,int r,UErrorCode*e){(void)a;(void)b;(void)c;(void)d;(void)p;(void)r;FAIL(e);}
X V UCNV_TO_U_CALLBACK_SUBSTITUTE(const V*a,V*b,const char*c,int d,int r,UErrorCode*e){(void)a;(void)b;(void)c;(void)d;(void)r;FAIL(e);}
X V ucnv_reset(V*c){(void)c;}
X signed char ucnv_getMaxCharSize(const V*c){(void)c;return 1;}
X const char *ucnv_getName(const V*c,UErrorCode*e){(void)c;FAIL(e);return 0;}
X V ucnv_getToUCallBack(const V*c,V**a,const V**x){(void)c;if(a)*a=0;if(x)*x=0;}
X V ucnv_getFromUCallBack(const V*c,V**a,const V**x){(void)c;if(a)*a=0;if(x)*x=0;}
X V ucnv_setToUCallBack(V*c,V*a,const V*x,V**o,const V**ox,UErrorCode*e){(void)c;(void)a;(void)x;if(o)*o=0;if(ox)*ox=0;FAIL(e);}
X V ucnv_setFromUCallBack(V*c,V*a,const V*x,V**o,const V**ox,UErrorCode*e){(void)c;(void)a;(void)x;if(o)*o=0;if(ox)*ox=0;FAIL(e);}
X V ucnv_cbToUWriteUChars(V*a,const UChar*s,int l,int o,UErrorCode*e){(void)a;(void)s;(void)l;(void)o;FAIL(e);}
X V ucnv_cbFromUWriteUChars(V*a,const UChar**s,const UChar*l,int o,UErrorCode*e){(void)a;(void)s;(void)l;(void)o;FAIL(e);}
X V ucnv_toUnicode(V*c,UChar**t,const UChar*tl,const char**s,const char*sl,int*o,signed char f,UErrorCode*e){(void)c;(void)t;(void)tl;(void)s;(void)sl;(void)o;(void)f;FAIL(e);}
X V ucnv_fromUnicode(V*c,char**t,const char*tl,const UChar**s,const UChar*sl,int*o,signed char f,UErrorCode*e){(void)c;(void)t;(void)tl;(void)s;(void)sl;(void)o;(void)f;FAIL(e);}
X int ucnv_toUCountPending(const V*c,UErrorCode*e){(void)c;(void)e;return 0;}
X int ucnv_fromUCountPending(const V*c,UErrorCode*e){(void)c;(void)e;return 0;}
X const char *ucnv_getStandardName(const char*n,const char*s,UErrorCode*e){(void)n;(void)s;FAIL(e);return 0;}
X const char *ucnv_getAvailableName(int n){(void)n;return 0;}
X int ucnv_countAvailable(V){return 0;}
