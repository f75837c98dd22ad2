/* A libnvidia-ml.so.1 for the real pynvml to load. It knows no GPU: the file that FAKE_NVML names says what it answers.

   Each line of that file is "WHERE KEY VALUE": WHERE is a GPU's number, or * for all of them and for the system.
   Later lines go before earlier ones. What no line tells, the function answers with NOT_SUPPORTED. A VALUE may end in

       @5       only from 5 seconds after the library was loaded on
       +30      and grows by 30 each second

   KEY may also be the name of a function, or "all" for every function that takes a GPU: then VALUE is the error code
   that it answers (0: none); or hang:FUNCTION, and VALUE the seconds that it takes. A changed file counts at once.
   FAKE_NVML_LOG names a file that gets a line for each init and shutdown; FAKE_NVML_CLOCK one that holds the seconds that
   have passed, for tests in which time passes only when they say so. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 64, ROOM = 256, LINES = 512, SIZE_NEEDED = 7, NOT_SUPPORTED = 3, INVALID = 2 };

typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct { u64 total, free, used; } Memory;
typedef struct { u32 version; u64 total, reserved, free, used; } Memory2;
typedef struct { u32 gpu, memory; } Utilization;
typedef struct { u32 pid; u64 used; u32 instance, compute; } Process;
typedef struct { u32 pid; u64 at; u32 sm, memory, encoder, decoder; } Busy;
typedef struct { u32 version, sensor; int celsius; } Temperature;
typedef struct { u32 version; int celsius; } Margin;
typedef struct {
    char legacy[16];
    u32 domain, bus, device, id, subsystem;
    char bus_id[32];
} Pci;
typedef struct {
    u32 field, scope;
    long long at, latency;
    u32 type, code;
    union { double d; u32 u; u64 ull; long long ll; int i; unsigned short us; } value;
} Field;

typedef struct { char where[16], key[64], value[ROOM]; } Line;

static Line lines[LINES];
static int count;
static int gpus[MOST];
static struct timespec loaded;

__attribute__((constructor)) static void start(void) { clock_gettime(CLOCK_MONOTONIC, &loaded); }

static double now(void) {
    const char *path = getenv("FAKE_NVML_CLOCK");
    FILE *told = path ? fopen(path, "r") : 0;
    double seconds = 0;
    if (told) {
        if (fscanf(told, "%lf", &seconds) != 1) seconds = 0;
        fclose(told);
        return seconds;
    }
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - loaded.tv_sec) + 1e-9 * (double)(t.tv_nsec - loaded.tv_nsec);
}

/* Read the script again where it has changed. */
static void load(void) {
    static struct timespec read_at;
    static off_t size = -1;
    const char *path = getenv("FAKE_NVML");
    struct stat file;
    if (!path || stat(path, &file) != 0) { count = 0; size = -1; return; }
    if (size == file.st_size && memcmp(&read_at, &file.st_mtim, sizeof read_at) == 0) return;
    FILE *script = fopen(path, "r");
    char text[2 * ROOM];
    for (count = 0; script && count < LINES && fgets(text, sizeof text, script);) {
        Line *line = lines + count;
        line->value[0] = 0;
        if (sscanf(text, "%15s %63s %255[^\n]", line->where, line->key, line->value) >= 2) count++;
    }
    if (script) fclose(script);
    read_at = file.st_mtim;
    size = file.st_size;
}

/* The value of a key of one GPU, -1 for the system; 0 where the script does not tell. */
static int told(int gpu, const char *key, char *out) {
    char rest[ROOM];
    int found = 0;
    load();
    for (Line *line = lines; line < lines + count; line++) {
        if (strcmp(line->key, key) != 0) continue;
        if (strcmp(line->where, "*") != 0 && (gpu < 0 || atoi(line->where) != gpu || *line->where == '#')) continue;
        strcpy(rest, line->value);
        double begin = 0, slope = 0;
        for (char *mark; (mark = strrchr(rest, ' ')) && (mark[1] == '@' || mark[1] == '+'); *mark = 0)
            *(mark[1] == '@' ? &begin : &slope) = atof(mark + 2);
        if (now() < begin) continue;
        if (slope != 0) snprintf(rest, sizeof rest, "%.0f", atof(rest) + slope * (now() - begin));
        strcpy(out, rest);
        found = 1;
    }
    return found;
}

static double number(int gpu, const char *key, double otherwise) {
    char text[ROOM];
    return told(gpu, key, text) ? atof(text) : otherwise;
}

/* The error that a function answers, after the time that it takes. */
static int refusal(int gpu, const char *function) {
    char key[ROOM];
    snprintf(key, sizeof key, "hang:%s", function);
    usleep((useconds_t)(1e6 * number(gpu, key, 0)));
    double code = number(gpu, function, -1);
    return (int)(code >= 0 || gpu < 0 ? (code < 0 ? 0 : code) : number(gpu, "all", 0));
}

static int logged(const char *function, const char *line) {
    const char *path = getenv("FAKE_NVML_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) { fprintf(log, "%s\n", line); fclose(log); }
    return refusal(-1, function);
}

static int numbers(int gpu, const char *function, const char *key, double *out) {
    char text[ROOM];
    int code = refusal(gpu, function);
    if (code) return code;
    if (!told(gpu, key, text)) return NOT_SUPPORTED;
    *out = atof(text);
    return 0;
}

static int words(int gpu, const char *function, const char *key, char *out, u32 room) {
    char text[ROOM];
    int code = refusal(gpu, function);
    if (code) return code;
    if (!told(gpu, key, text)) return NOT_SUPPORTED;
    snprintf(out, room, "%s", text);
    return 0;
}

#define GPU (*(int *)handle)
/* A function whose one answer is a number of this type. */
#define NUMBER(function, key, type) \
    int function(void *handle, type *out) { \
        double v; int code = numbers(GPU, __func__, key, &v); if (!code) *out = (type)v; return code; }

int nvmlInitWithFlags(u32 flags) { (void)flags; return logged(__func__, "init"); }
int nvmlShutdown(void) { return logged(__func__, "shutdown"); }
const char *nvmlErrorString(int code) { (void)code; return "scripted"; }
int nvmlSystemGetDriverVersion(char *out, u32 room) { return words(-1, __func__, "driver", out, room); }
int nvmlSystemGetCudaDriverVersion_v2(int *out) {
    double v; int code = numbers(-1, __func__, "cuda", &v); if (!code) *out = (int)v; return code; }
int nvmlDeviceGetCount_v2(u32 *out) {
    double v; int code = numbers(-1, __func__, "gpus", &v); if (!code) *out = (u32)v; return code; }
int nvmlDeviceGetHandleByIndex_v2(u32 index, void **out) {
    int code = refusal((int)index, __func__);
    if (code) return code;
    if (index >= MOST) return INVALID;
    gpus[index] = (int)index;
    *out = &gpus[index];
    return 0;
}

int nvmlDeviceGetName(void *handle, char *out, u32 room) { return words(GPU, __func__, "name", out, room); }
int nvmlDeviceGetUUID(void *handle, char *out, u32 room) { return words(GPU, __func__, "uuid", out, room); }
int nvmlDeviceGetPciInfo_v3(void *handle, Pci *out) {
    memset(out, 0, sizeof *out);
    return words(GPU, __func__, "pci", out->bus_id, sizeof out->bus_id);
}
NUMBER(nvmlDeviceGetArchitecture, "architecture", u32)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "power_limit", u32)
NUMBER(nvmlDeviceGetPowerManagementDefaultLimit, "power_limit_default", u32)
NUMBER(nvmlDeviceGetPowerSource, "power_source", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "pcie_generation", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "pcie_width", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "pcie_generation_max", u32)
NUMBER(nvmlDeviceGetGpuMaxPcieLinkGeneration, "pcie_generation_own", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "pcie_width_max", u32)
NUMBER(nvmlDeviceGetVirtualizationMode, "virtual", u64)
NUMBER(nvmlDeviceGetPowerUsage, "power", u32)
NUMBER(nvmlDeviceGetTotalEnergyConsumption, "energy", u64)
NUMBER(nvmlDeviceGetCurrentClocksEventReasons, "throttle", u64)
NUMBER(nvmlDeviceGetCurrentClocksThrottleReasons, "throttle", u64)

int nvmlDeviceGetMigMode(void *handle, u32 *current, u32 *pending) {
    double v; int code = numbers(GPU, __func__, "split", &v); if (!code) *current = *pending = (u32)v; return code; }
int nvmlDeviceGetDriverModel_v2(void *handle, u32 *current, u32 *pending) {
    double v; int code = numbers(GPU, __func__, "driver_model", &v); if (!code) *current = *pending = (u32)v; return code; }
int nvmlDeviceGetCudaComputeCapability(void *handle, int *major, int *minor) {
    double v; int code = numbers(GPU, __func__, "capability", &v);
    if (!code) { *major = (int)v; *minor = (int)(10 * (v - *major) + 0.5); }
    return code;
}
int nvmlDeviceGetPowerManagementLimitConstraints(void *handle, u32 *low, u32 *high) {
    double v; int code = numbers(GPU, __func__, "power_limit_max", &v);
    if (!code) { *low = 1000; *high = (u32)v; }
    return code;
}
int nvmlDeviceGetClockInfo(void *handle, int kind, u32 *out) {
    double v; int code = numbers(GPU, __func__, kind == 1 ? "sm_clock" : "memory_clock", &v);
    if (!code) *out = (u32)v;
    return code;
}
int nvmlDeviceGetMaxClockInfo(void *handle, int kind, u32 *out) {
    double v; int code = numbers(GPU, __func__, kind == 1 ? "clock_max" : "memory_clock_max", &v);
    if (!code) *out = (u32)v;
    return code;
}
int nvmlDeviceGetMemoryInfo(void *handle, Memory *out) {
    double v; int code = numbers(GPU, __func__, "memory", &v);
    if (!code) { out->total = (u64)v; out->used = (u64)number(GPU, "memory_used", 0); out->free = out->total - out->used; }
    return code;
}
int nvmlDeviceGetMemoryInfo_v2(void *handle, Memory2 *out) {
    Memory plain; int code = refusal(GPU, __func__);
    if (code) return code;
    double v; code = numbers(GPU, "", "memory", &v);
    if (code) return code;
    plain.total = (u64)v; plain.used = (u64)number(GPU, "memory_used", 0);
    out->reserved = (u64)number(GPU, "memory_reserved", 0);
    out->total = plain.total; out->used = plain.used; out->free = plain.total - plain.used - out->reserved;
    return 0;
}
int nvmlDeviceGetUtilizationRates(void *handle, Utilization *out) {
    double v; int code = numbers(GPU, __func__, "utilization", &v);
    if (!code) { out->gpu = (u32)v; out->memory = (u32)number(GPU, "memory_activity", 0); }
    return code;
}
int nvmlDeviceGetTemperature(void *handle, int sensor, u32 *out) {
    (void)sensor; double v; int code = numbers(GPU, __func__, "temperature", &v); if (!code) *out = (u32)v; return code; }
int nvmlDeviceGetTemperatureV(void *handle, Temperature *out) {
    double v; int code = numbers(GPU, __func__, "temperature", &v); if (!code) out->celsius = (int)v; return code; }
int nvmlDeviceGetTemperatureThreshold(void *handle, int kind, u32 *out) {
    char key[ROOM];
    snprintf(key, sizeof key, "threshold:%d", kind);
    double v; int code = numbers(GPU, __func__, key, &v); if (!code) *out = (u32)v; return code; }
int nvmlDeviceGetMarginTemperature(void *handle, Margin *out) {
    double v; int code = numbers(GPU, __func__, "margin", &v); if (!code) out->celsius = (int)v; return code; }

/* "programs" is how many there are; "program:N" their process id, "busy:N" their share of the GPU. */
static int programs(int gpu, const char *function, u32 *n, const void *out) {
    double v; int code = numbers(gpu, function, "programs", &v);
    if (code) return code;
    u32 room = *n;
    *n = (u32)v;
    return *n && (!out || room < *n) ? SIZE_NEEDED : 0;
}
static u32 of_program(int gpu, const char *what, u32 i, u32 otherwise) {
    char key[ROOM];
    snprintf(key, sizeof key, "%s:%u", what, i);
    return (u32)number(gpu, key, otherwise);
}
static int processes(void *handle, const char *function, u32 *n, Process *out) {
    int code = programs(GPU, function, n, out);
    for (u32 i = 0; i < *n && !code; i++) {
        out[i] = (Process){.pid = of_program(GPU, "program", i, 4711 + i), .used = ~0ULL, .instance = ~0u, .compute = ~0u};
    }
    return code;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, u32 *n, Process *out) { return processes(handle, __func__, n, out); }
int nvmlDeviceGetComputeRunningProcesses_v2(void *handle, u32 *n, Process *out) { return processes(handle, __func__, n, out); }
int nvmlDeviceGetProcessUtilization(void *handle, Busy *out, u32 *n, u64 since) {
    (void)since;
    int code = programs(GPU, __func__, n, out);
    for (u32 i = 0; i < *n && !code; i++) {
        out[i] = (Busy){.pid = of_program(GPU, "program", i, 4711 + i), .at = (u64)(1e6 * now())};
        out[i].sm = of_program(GPU, "busy", i, 0);
    }
    return code;
}

/* "field:N" is the value of field N, "type:N" its nvmlValueType_t (3: unsigned 64 bit; 5: int), "code:N" its error. */
int nvmlDeviceGetFieldValues(void *handle, int wanted, Field *out) {
    int code = refusal(GPU, __func__);
    for (int i = 0; i < wanted && !code; i++) {
        char key[ROOM], text[ROOM];
        snprintf(key, sizeof key, "field:%u", out[i].field);
        int known = told(GPU, key, text);
        snprintf(key, sizeof key, "code:%u", out[i].field);
        out[i].code = (u32)number(GPU, key, known ? 0 : NOT_SUPPORTED);
        snprintf(key, sizeof key, "type:%u", out[i].field);
        out[i].type = (u32)number(GPU, key, 3);
        out[i].value.ull = 0xfffffffbffffffffULL;  /* what was there before: a read of the wrong width shows it */
        if (!known) continue;
        if (out[i].type == 0) out[i].value.d = atof(text);
        else if (out[i].type == 5) out[i].value.i = atoi(text);
        else if (out[i].type == 1) out[i].value.u = (u32)atof(text);
        else out[i].value.ull = (u64)atof(text);
    }
    return code;
}
