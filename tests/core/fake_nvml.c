/* A libnvidia-ml.so.1 with one scripted GPU, for the real pynvml to load.

   FAKE_NVML_ERRORS  "function=code,function=code": these answer that error. Read at each call, so it may change.
   FAKE_NVML_LOG     a file that gets a line for each init and shutdown.
   -DOLD_DRIVER      leaves out what drivers before 535 do not export. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { unsigned long long total, free, used; } Memory;
typedef struct { unsigned int gpu, memory; } Utilization;
typedef struct {
    char busIdLegacy[16];
    unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
    char busId[32];
} Pci;

static int gpu;

static int failure(const char *function) {
    const char *errors = getenv("FAKE_NVML_ERRORS");
    size_t length = strlen(function);
    while (errors && *errors) {
        if (strncmp(errors, function, length) == 0 && errors[length] == '=') return atoi(errors + length + 1);
        errors = strchr(errors, ',');
        if (errors) errors++;
    }
    return 0;
}

static int note(const char *function, const char *line) {
    const char *path = getenv("FAKE_NVML_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) { fprintf(log, "%s\n", line); fclose(log); }
    return failure(function);
}

#define ANSWER(code) do { int f = failure(__func__); if (f) return f; code; return 0; } while (0)

int nvmlInitWithFlags(unsigned int flags) { (void)flags; return note(__func__, "init"); }
int nvmlShutdown(void) { return note(__func__, "shutdown"); }
const char *nvmlErrorString(int code) { (void)code; return "scripted"; }

int nvmlSystemGetDriverVersion(char *out, unsigned int room) { ANSWER(snprintf(out, room, "570.86.15")); }
int nvmlDeviceGetCount_v2(unsigned int *out) { ANSWER(*out = 1); }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **out) { (void)index; ANSWER(*out = &gpu); }
int nvmlDeviceGetName(void *h, char *out, unsigned int room) { (void)h; ANSWER(snprintf(out, room, "%s", getenv("FAKE_NVML_NAME") ? getenv("FAKE_NVML_NAME") : "NVIDIA GeForce RTX 4060 Laptop GPU")); }
int nvmlDeviceGetUUID(void *h, char *out, unsigned int room) { (void)h; ANSWER(snprintf(out, room, "GPU-5a6b7c8d-0000-1111-2222-333344445555")); }
int nvmlDeviceGetPciInfo_v3(void *h, Pci *out) { (void)h; ANSWER(strcpy(out->busId, "00000000:01:00.0"); out->bus = 1); }
int nvmlDeviceGetMemoryInfo(void *h, Memory *out) { (void)h; ANSWER(out->total = 8ULL << 30; out->free = 7ULL << 30; out->used = 1ULL << 30); }
int nvmlDeviceGetCudaComputeCapability(void *h, int *major, int *minor) { (void)h; ANSWER(*major = 8; *minor = 9); }
int nvmlDeviceGetEnforcedPowerLimit(void *h, unsigned int *out) { (void)h; ANSWER(*out = 55000); }
int nvmlDeviceGetPowerManagementLimitConstraints(void *h, unsigned int *low, unsigned int *high) { (void)h; ANSWER(*low = 5000; *high = 140000); }
int nvmlDeviceGetPowerManagementDefaultLimit(void *h, unsigned int *out) { (void)h; ANSWER(*out = 80000); }
int nvmlDeviceGetCurrPcieLinkGeneration(void *h, unsigned int *out) { (void)h; ANSWER(*out = 1); }
int nvmlDeviceGetCurrPcieLinkWidth(void *h, unsigned int *out) { (void)h; ANSWER(*out = 4); }
int nvmlDeviceGetMaxPcieLinkGeneration(void *h, unsigned int *out) { (void)h; ANSWER(*out = 4); }
int nvmlDeviceGetMaxPcieLinkWidth(void *h, unsigned int *out) { (void)h; ANSWER(*out = 8); }
int nvmlDeviceGetUtilizationRates(void *h, Utilization *out) { (void)h; ANSWER(out->gpu = 97; out->memory = 40); }
int nvmlDeviceGetPowerUsage(void *h, unsigned int *out) { (void)h; ANSWER(*out = 54321); }
int nvmlDeviceGetClockInfo(void *h, int kind, unsigned int *out) { (void)h; ANSWER(*out = kind == 1 ? 2370 : kind == 2 ? 8001 : 7); }
int nvmlDeviceGetTemperature(void *h, int sensor, unsigned int *out) { (void)h; (void)sensor; ANSWER(*out = 71); }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *h, unsigned long long *out) { (void)h; ANSWER(*out = 0x4); }

#ifndef OLD_DRIVER
int nvmlSystemGetCudaDriverVersion_v2(int *out) { ANSWER(*out = 12080); }
int nvmlDeviceGetCurrentClocksEventReasons(void *h, unsigned long long *out) { (void)h; ANSWER(*out = 0x24); }
#endif
