"""What public transport does this industrial park have, and what does changing a line do?"""
