/// VYRE_API marks what libvyre exports; everything else is hidden.
#pragma once

#if defined(VYRE_STATIC)
#define VYRE_API
#else
#define VYRE_API __attribute__((visibility("default")))
#endif
