/** Where graphs run: the processor, or a graphics card through WebGPU or CUDA. */
export type ExecutionProvider = "cpu" | "webgpu" | "cuda";
