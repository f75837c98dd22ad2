"""The child process that measures GPUs through their graphics drivers, with compute shaders (wgpu)."""
