import { expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { faultOf } from './provider-fault.ts';

const cudaCall =
  '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:121 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, ERRTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true]';

/** As ONNX Runtime has said it. */
const recorded = [
  {
    message: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    blames: 'provider',
    reason: 'Failed to load shared library',
  },
  {
    message:
      '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1193 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcufft.so.10: cannot open shared object file: No such file or directory\n',
    blames: 'provider',
    reason:
      'Failed to load library libonnxruntime_providers_cuda.so with error: libcufft.so.10: cannot open shared object file: No such file or directory',
  },
  {
    message:
      'tensorrt_execution_provider.cc:554 onnxruntime::TensorrtExecutionProvider::TensorrtExecutionProvider(const onnxruntime::TensorrtExecutionProviderInfo&) [ONNXRuntimeError] : 11 : EP_FAIL : TensorRT EP could not open shared library from libtrtdecrypt.so',
    blames: 'provider',
    reason: 'could not open shared library from libtrtdecrypt.so',
  },
  {
    message: `${cudaCall} CUDA failure 100: no CUDA-capable device is detected ; GPU=32712 ; hostname=box ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=245 ; expr=cudaSetDevice(info_.device_id);`,
    blames: 'provider',
    reason: 'CUDA failure 100: no CUDA-capable device is detected',
  },
  {
    message: `${cudaCall} CUDA failure 2: out of memory ; GPU=0 ; hostname=box ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=182 ; expr=cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);`,
    blames: 'provider',
    reason: 'CUDA failure 2: out of memory',
  },
  {
    message:
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
    blames: 'provider',
    reason: 'Failed to get a WebGPU adapter: No supported adapters',
  },
  {
    message: 'TensorRT EP failed to create engine from network for fused node: TRTKernel_graph_main_0',
    blames: 'graph',
    reason: 'TensorRT EP failed to create engine from network for fused node: TRTKernel_graph_main_0',
  },
  {
    message: `${cudaCall} CUDA failure 2: out of memory ; GPU=0 ; hostname=box ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/gpu_data_transfer.cc ; line=73 ; expr=cudaMemcpy(dst_data, src_data, bytes, cudaMemcpyHostToDevice);`,
    blames: 'graph',
    reason: expect.stringMatching(/^\/onnxruntime_src.{0,185}…$/),
  },
  {
    message: 'Could not find an implementation for NonZero(13) node with name\n /head/NonZero',
    blames: 'graph',
    reason: 'Could not find an implementation for NonZero(13) node with name /head/NonZero',
  },
] as const;

test.each(recorded)('“$reason” is the fault of the $blames', ({ message, blames, reason }) => {
  const wrapped = new InputError('NOT_A_MODEL', 'ONNX Runtime refuses net.onnx', { cause: new Error(message) });
  expect(faultOf(new Error(message))).toEqual({ blames, reason });
  expect(faultOf(wrapped)).toEqual({ blames, reason });
});
