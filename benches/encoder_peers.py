"""The encoder beside its peers. In: lines of text, an encoder directory in Hugging Face layout, and vectors written by
`cargo run -p kgloom-reader --example encode`. Out: lines per CPU-second of ONNX Runtime (f32, dynamic int8) and PyTorch
over the same batches, and how close every set of vectors is to PyTorch's. Needs: numpy, tokenizers, torch,
transformers, onnx, onnxruntime.

usage: encoder_peers.py TEXTS ENCODER_DIR THREADS [NAME=VECTORS ...]
"""
import os
import sys
import tempfile
import time

texts, folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import BertModel

TOGETHER = 32
torch.set_num_threads(threads)
tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
tokenizer.no_padding()
tokenizer.enable_truncation(256)
lines = [tokenizer.encode(line).ids for line in open(texts, encoding="utf-8").read().splitlines()]
order = sorted(range(len(lines)), key=lambda i: len(lines[i]))
batches = []
for start in range(0, len(order), TOGETHER):
    rows = order[start : start + TOGETHER]
    longest = max(len(lines[i]) for i in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for row, i in enumerate(rows):
        ids[row, : len(lines[i])] = lines[i]
        mask[row, : len(lines[i])] = 1
    batches.append((rows, ids, mask))


def pool(states, mask):
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def measure(name, run):
    best = (0.0, 0.0)
    vectors = np.zeros((len(lines), 0), dtype=np.float32)
    for _ in range(3):
        cpu, wall = time.process_time(), time.perf_counter()
        out = [(rows, pool(run(ids, mask), mask)) for rows, ids, mask in batches]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        best = max(best, (len(lines) / cpu, len(lines) / wall))
    vectors = np.zeros((len(lines), out[0][1].shape[1]), dtype=np.float32)
    for rows, part in out:
        vectors[rows] = part
    print(f"{name}: {best[0]:.0f} lines a CPU-s, {best[1]:.0f} lines a s", flush=True)
    return vectors


def agree(name, vectors, reference):
    cosine = (vectors * reference).sum(1)
    def nearest(v):
        near = v @ v.T
        np.fill_diagonal(near, -1)
        return near.argmax(1)
    same = (nearest(vectors) == nearest(reference)).mean()
    print(f"{name}: cosine to PyTorch mean {cosine.mean():.5f}, least {cosine.min():.5f}; same neighbour {same:.3f}")


class States(torch.nn.Module):
    def __init__(self, attention):
        super().__init__()
        self.bert = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation=attention).eval()

    def forward(self, input_ids, attention_mask):
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


model = States("sdpa").eval()


def by_torch(ids, mask):
    with torch.inference_mode():
        return model(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()


reference = measure("PyTorch f32", by_torch)
with tempfile.TemporaryDirectory() as work:
    single, byte = os.path.join(work, "f32.onnx"), os.path.join(work, "int8.onnx")
    plain = States("eager").eval()
    axes = {"input_ids": {0: "rows", 1: "pieces"}, "attention_mask": {0: "rows", 1: "pieces"}}
    sample = (torch.ones(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long))
    torch.onnx.export(plain, sample, single, input_names=list(axes), output_names=["states"],
                      dynamic_axes={**axes, "states": {0: "rows", 1: "pieces"}}, opset_version=17, dynamo=False)
    try:
        from onnxruntime.transformers import optimizer
        fused = optimizer.optimize_model(single, model_type="bert", num_heads=plain.bert.config.num_attention_heads,
                                         hidden_size=plain.bert.config.hidden_size)
        fused.save_model_to_file(single)
        print("fused operators:", fused.get_fused_operator_statistics())
    except Exception as error:  # the plain graph is measured instead, and it is said
        print("ONNX Runtime's own fusion failed:", error)
    quantize_dynamic(single, byte, weight_type=QuantType.QInt8,
                     extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    for name, path in (("ONNX Runtime f32", single), ("ONNX Runtime int8", byte)):
        for spinning in ("0", "1") if threads > 1 else ("0",):
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.add_session_config_entry("session.intra_op.allow_spinning", spinning)
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            run = lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            label = f"{name}, spinning {'on' if spinning == '1' else 'off'}"
            agree(label, measure(label, run), reference)
for named in sys.argv[4:]:
    name, path = named.split("=", 1)
    agree(name, np.fromfile(path, dtype=np.float32).reshape(len(lines), -1), reference)
