import { quantizedStorageDtypes, storageDtypes } from '../storage-classes.ts';

/**
 * What a name in a pickle means to us. `known`: part of every torch checkpoint. `unknown`: some class; it is
 * kept as its name and reported. `dangerous`: a file that names it wants to run code where it is unpickled.
 */
export type GlobalVerdict = 'known' | 'unknown' | 'dangerous';

export function judgeGlobal(module: string, name: string): GlobalVerdict {
  if (isDangerous(module, name)) return 'dangerous';
  return isKnown(module, name) ? 'known' : 'unknown';
}

/** Protocol 2 and below write Python 2's names (CPython `Lib/_compat_pickle.py`). */
export function modernName(module: string, name: string): { readonly module: string; readonly name: string } {
  const modern = python2Modules.get(module) ?? module;
  return { module: modern, name: (module === '__builtin__' ? python2Builtins.get(name) : undefined) ?? name };
}

const python2Builtins = new Map([
  ['long', 'int'],
  ['unicode', 'str'],
  ['basestring', 'str'],
  ['unichr', 'chr'],
  ['xrange', 'range'],
]);

const python2Modules = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['exceptions', 'builtins'],
]);

/** `torch.load(weights_only=True)` admits these (torch 2.13), and torchao registers its own classes. */
const knownNames: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['_codecs', new Set(['encode'])],
  [
    'builtins',
    new Set([
      'bytearray',
      'bytes',
      'complex',
      'set',
      'frozenset',
      'dict',
      'list',
      'tuple',
      'int',
      'float',
      'str',
      'bool',
      'object',
    ]),
  ],
  ['collections', new Set(['Counter', 'OrderedDict', 'defaultdict'])],
  ['copyreg', new Set(['_reconstructor'])],
  ['torch', new Set(['Size', 'Tensor', 'device'])],
  ['torch.nn.parameter', new Set(['Parameter', 'Buffer'])],
  ['torch.serialization', new Set(['_get_layout'])],
  ['torch._tensor', new Set(['_rebuild_from_type_v2'])],
  ['torch.storage', new Set(['TypedStorage', 'UntypedStorage'])],
  ['torchao.quantization', new Set(['Int8Tensor', 'Float8Tensor'])],
  ['torchao.quantization.quantize_.common.kernel_preference', new Set(['KernelPreference'])],
]);

const torchDtype =
  /^(?:u?int[1-7]?\d?|float\d+(?:_\w+)?|bfloat16|complex\d+|bool|q\w+|bits\w+|per_\w+|strided|half|long|double|float|int|short)$/;

function isKnown(module: string, name: string): boolean {
  if (knownNames.get(module)?.has(name)) return true;
  if (module === 'torch._utils') return name.startsWith('_rebuild_');
  // TorchScript: classes of the archive's own code, and how their lists are written.
  if (module === '__torch__' || module.startsWith('__torch__.') || module === 'torch.jit._pickle') return true;
  if (module === 'torch' || module === 'torch.cuda')
    return storageDtypes.has(name) || quantizedStorageDtypes.has(name) || (module === 'torch' && torchDtype.test(name));
  return false;
}

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Modules that have no place in a model. A user's own package may share such a name (`code.models`): only the module itself counts. */
const dangerousModules = words(`
  posix nt sys subprocess commands popen2 pty shutil socket ssl _ctypes imp runpy pickle _pickle cPickle marshal code codeop
  webbrowser pdb bdb profile cProfile trace timeit signal zipimport pkgutil site tempfile glob fileinput doctest pydoc platform
  sysconfig antigravity ftplib smtplib telnetlib httplib urllib2 threading _thread`);

/** Packages that have no place in a model, with all below them. */
const dangerousPackages = words(`
  os ctypes cffi importlib _frozen_importlib dill cloudpickle joblib multiprocessing asyncio pip ensurepip venv setuptools distutils
  urllib http xmlrpc requests aiohttp idlelib lib2to3 torch.hub torch.package torch.testing torch.utils.cpp_extension
  torch.utils.collect_env torch.utils.bottleneck torch.jit.annotations torch.jit.unsupported_tensor_ops torch._dynamo
  torch._inductor torch.distributed.run numpy.f2py numpy.distutils numpy.testing`);

const dangerousNames: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'builtins',
    words(`eval exec execfile compile open file __import__ input raw_input breakpoint apply globals locals vars setattr delattr
      exit quit help map filter reduce`),
  ],
  ['io', new Set(['open', 'FileIO', 'open_code'])],
  ['_io', new Set(['open', 'FileIO', 'open_code'])],
  ['operator', new Set(['methodcaller', 'attrgetter', 'call'])],
  ['_operator', new Set(['methodcaller', 'attrgetter', 'call'])],
  ['types', new Set(['CodeType', 'FunctionType', 'LambdaType', 'MethodType', 'ModuleType', 'BuiltinFunctionType'])],
  ['logging.config', new Set(['dictConfig', 'fileConfig', 'listen'])],
  ['torch', new Set(['load', 'compile'])],
  ['torch.serialization', new Set(['load', '_load', '_legacy_load'])],
  ['torch.jit', new Set(['load', 'script', 'trace'])],
  ['numpy', new Set(['load', 'save', 'fromfile', 'memmap'])],
]);

function isDangerous(module: string, name: string): boolean {
  if (dangerousModules.has(module) || isBelowPackage(module) || dangerousNames.get(module)?.has(name)) return true;
  // `torch.serialization` + `os.system`: a module reached through a class or another module.
  const parts = name.split('.');
  return parts.length > 1 && parts.some(isDangerousAttribute);
}

function isBelowPackage(module: string): boolean {
  const parts = module.split('.');
  return parts.some((_, index) => dangerousPackages.has(parts.slice(0, index + 1).join('.')));
}

/** An attribute that leads from any object to the interpreter: a module's name or Python's own machinery. */
export function isDangerousAttribute(name: string): boolean {
  const leads =
    dangerousModules.has(name) || dangerousPackages.has(name) || dangerousNames.get('builtins')?.has(name) === true;
  return leads || /^__\w+__$/.test(name);
}
