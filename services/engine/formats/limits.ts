const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * Every bound that a file's own numbers are held against before anything is allocated or walked. They are far
 * above what real models have and far below what would hurt this machine.
 */
export const limits = {
  /** Of an entry in an archive. */
  entryNameBytes: 4 * KiB,
  /** A record for each tensor, and some beside them. */
  zipEntries: 250_000,
  zipDirectoryBytes: 64 * MiB,
  /** An end record may be followed by a comment of 65,535 bytes. */
  zipTailBytes: 65_557,

  pickleBytes: 64 * MiB,
  pickleInflatedBytes: 32 * MiB,
  /** A deflated pickle larger than the first may not be more than so many times its size in the file. */
  pickleFreeInflation: 256 * KiB,
  pickleInflation: 100,
  pickleOpcodes: 8_000_000,
  pickleStack: 1_000_000,
  pickleMarks: 5_000,
  /** Containers and calls: each costs some 100 to 200 bytes of memory; a tensor has five, a parameter eight. */
  pickleObjects: 1_200_000,
  /** Different names of classes, and as many different shapes and strides that are kept once. */
  pickleGlobals: 100_000,
  pickleMemo: 4_000_000,
  pickleGlobalBytes: 1 * KiB,
  pickleIntegerBytes: 64 * KiB,
  pickleTextDigits: 4_300,

  /** Containers inside containers, from the root of the pickle to a tensor. */
  checkpointDepth: 1_000,
  /** Each object is visited once for every way that leads to it; doubling references would take forever. */
  checkpointVisits: 1_000_000,
  checkpointReferences: 1_000,
  checkpointTensors: 200_000,
  tensorNameLength: 16 * KiB,
  tensorRank: 64,
  /** What one Uint8Array of Node 20 can hold. */
  tensorBytes: 4 * GiB - 1,
  /** A tensor that shows its storage more than once (stride 0) may not grow beyond this. */
  expandedTensorBytes: 256 * MiB,

  /** A deflated storage is unpacked in memory. One larger than the second may not be more than so many times its size in the file. */
  storageInflatedBytes: 2 * GiB,
  storageFreeInflation: 16 * MiB,
  storageInflation: 200,
  /** Storages of the tar archives of PyTorch 0.1. */
  tarEntries: 64,
  tarObjects: 200_000,
  /** Of an archive of images: files, folders, and what stands before a file whose name is long. */
  tarHeaders: 1_000_000,
  tarLongHeaderBytes: 1 * MiB,
  /** A packed tar is unpacked to disk. One larger than the second may not be more than so many times its size in the file. */
  gzipInflatedBytes: 64 * GiB,
  gzipFreeInflation: 64 * MiB,
  gzipInflation: 100,
  /** What a TorchScript archive says of its classes, and a .pt2 of its weights. */
  scriptBytes: 16 * MiB,
  scriptFiles: 10_000,
  graphJsonBytes: 64 * MiB,

  npzArrays: 1_000,
  npyHeaderBytes: 64 * KiB,
  npyLiteralDepth: 8,
  npyRank: 32,
  npyArrayBytes: 64 * GiB,
  /** A deflated array larger than the first may not be more than so many times its size in the file. */
  npyFreeInflation: 16 * MiB,
  npyInflation: 200,

  safetensorsHeaderBytes: 100_000_000,
  safetensorsDepth: 16,

  images: 250_000,
  imageFolders: 100_000,
  imageBytes: 64 * MiB,
  /** Three bytes each once it is decoded. */
  imagePixels: 64 * MiB,
  /** What a JPEG can have. To shrink a side takes a weight for each of its pixels. */
  imageSide: 65_535,
  preprocessBytes: 64 * KiB,

  shardIndexBytes: 32 * MiB,
  /** Each is an open file. */
  shards: 1_000,
} as const;
