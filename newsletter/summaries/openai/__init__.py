"""Summaries by any endpoint that speaks the API of OpenAI; the package is imported when it is used.

Known to differ, and coped with: OpenAI, DashScope (Qwen), DeepSeek, Ollama, vLLM.
"""

from newsletter.summaries.openai.adapter import OpenAiSummarizer
from newsletter.summaries.openai.way import Way

__all__ = ["OpenAiSummarizer", "Way"]
